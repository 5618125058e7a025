/** AdminJS as a shell: routing, sidebar, translations. What it shows, reads and changes is ours. */
import AdminJS from 'adminjs';
import { LOGIN_PATH, ROOT } from './access.ts';
import { dashboardHandler } from './dashboard.ts';
import { PanelDatabase, PanelResource } from './knex-resource.ts';
import { EN } from './locale/en.ts';
import { FA } from './locale/fa.ts';
import { panelResources, type ResourceDeps } from './resources/options.ts';
import { THEME } from './theme.ts';

AdminJS.registerAdapter({ Database: PanelDatabase, Resource: PanelResource });

export interface PanelOptions extends ResourceDeps {
  readonly now: () => Date;
}

export function createPanel(options: PanelOptions): AdminJS {
  return new AdminJS({
    rootPath: ROOT,
    loginPath: LOGIN_PATH,
    logoutPath: `${ROOT}/logout`,
    resources: panelResources(options),
    dashboard: { component: 'Dashboard', handler: dashboardHandler(options.panel, options.now) },
    branding: {
      companyName: 'داوطلب',
      logo: false,
      withMadeWithLove: false,
      favicon: `${ROOT}/static/emblem.svg`,
      theme: THEME,
    },
    assets: { styles: [`${ROOT}/static/panel.css`] },
    locale: {
      language: 'fa',
      availableLanguages: ['fa', 'en'],
      localeDetection: false,
      debug: false,
      translations: { fa: FA, en: EN },
    },
    settings: { defaultPerPage: 20 },
  });
}
