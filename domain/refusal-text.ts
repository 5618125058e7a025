/** What stands in the tables of refusals beside each code. */
export interface RefusalText {
  /** HTTP status at the edge. */
  readonly status: number;
  readonly title: { readonly fa: string; readonly en: string };
  readonly detail?: { readonly fa: string; readonly en: string };
}
