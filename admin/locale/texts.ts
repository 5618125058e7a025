/** The same keys with texts of another language: a missing or a surplus one does not compile. */
export type Texts<Of> = { readonly [Key in keyof Of]: Of[Key] extends string ? string : Texts<Of[Key]> };
