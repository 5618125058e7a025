/** AdminJS's application, turned to the direction of its language. */
import * as styledComponents from '@adminjs/design-system/styled-components';
import { useTranslation } from 'adminjs';
import React, { useEffect, type ComponentType, type ReactNode } from 'react';
import rtlPlugin from 'stylis-plugin-rtl';

/** The module re-exports all of styled-components; its types do not say so. */
const { StyleSheetManager } = styledComponents as unknown as {
  StyleSheetManager: ComponentType<{ stylisPlugins: unknown[]; children: ReactNode }>;
};

/** The plugin is a CommonJS module, and bundlers disagree on its default. */
const mirrored = (rtlPlugin as unknown as { default?: typeof rtlPlugin }).default ?? rtlPlugin;

export function Application({ OriginalComponent }: { OriginalComponent: ComponentType }) {
  const { language } = useTranslation().i18n;
  const rightToLeft = language !== 'en';
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = rightToLeft ? 'rtl' : 'ltr';
  }, [language, rightToLeft]);
  const plugins = rightToLeft ? [mirrored] : [];
  return (
    <StyleSheetManager key={language} stylisPlugins={plugins}>
      <OriginalComponent />
    </StyleSheetManager>
  );
}
