import { describe, expect, test } from '@jest/globals';
import { formsOf } from './bank-page.ts';

describe('a form as a browser sees it', () => {
  test('has its fields with their values, its target, and its buttons with what they say', () => {
    const [form, ...others] = formsOf(`<p>متن</p><form method=post action='/pay?a=1&amp;b=2'>
      <label>شماره <input name="pan" value="6037&quot;"></label><input type=hidden name=token value=x1>
      <input name="cvv2"><button name="do" value="pay"><b>پرداخت</b></button><button formaction="/stop">انصراف</button></form>`);
    expect(others).toEqual([]);
    expect(form).toEqual({
      action: '/pay?a=1&b=2',
      method: 'POST',
      fields: { pan: '6037"', token: 'x1', cvv2: '' },
      buttons: [
        { name: 'do', value: 'pay', text: 'پرداخت', action: null },
        { name: null, value: '', text: 'انصراف', action: '/stop' },
      ],
    });
  });
});
