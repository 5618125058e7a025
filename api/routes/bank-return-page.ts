/** What a browser shows that comes back from the bank and has no page of ours to go to. */
export const BACK_TO_THE_APP = `<!doctype html>
<html lang="fa" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>بازگشت به برنامه</title></head>
<body>
<main>
<h1>بازگشت به برنامه</h1>
<p>کار شما در صفحه بانک پایان یافت. این صفحه را ببندید و به برنامه ثبت‌نام بازگردید.</p>
<p>نتیجه را در برنامه می‌بینید. شماره راهنمایی: 021-84867777</p>
</main>
</body>
</html>
`;
