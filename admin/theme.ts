/** Colours of the parts that AdminJS draws; our own are in styles/panel.css, under the same names. */
import type { ThemeOverride } from '@adminjs/design-system';

export const THEME: Partial<ThemeOverride> = {
  colors: {
    primary100: '#0f5c5c',
    primary80: '#2b7a78',
    primary60: '#6aa5a3',
    primary40: '#a9cccb',
    primary20: '#e2f0ef',
    accent: '#b7791f',
    text: '#1b2a2f',
    grey100: '#1b2a2f',
    grey80: '#43545a',
    grey60: '#6c7c82',
    grey40: '#b9c4c8',
    grey20: '#f1f4f4',
    bg: '#f4f6f6',
    border: '#dfe6e6',
    success: '#1d7a4c',
    successLight: '#e4f4ea',
    error: '#b3261e',
    errorLight: '#fbe9e7',
    info: '#0f5c5c',
    infoLight: '#e2f0ef',
  },
};
