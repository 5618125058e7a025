/** Who is signed in, in which office, and the way out. Signing out is a POST. */
import { useCurrentAdmin, useTranslation } from 'adminjs';
import React from 'react';
import { Icon } from './parts.tsx';
import { useWords } from './words.ts';

export function TopBar({ toggleSidebar }: { toggleSidebar: () => void }) {
  const { word, persian, value } = useWords();
  const { i18n } = useTranslation();
  const [admin] = useCurrentAdmin();
  const role = String(admin?.['role'] ?? '');
  return (
    <header className="dv-top">
      <button
        type="button"
        className="dv-icon-button dv-menu"
        aria-label={word('nav.menu')}
        onClick={toggleSidebar}
      >
        <Icon name="menu" size={22} />
      </button>
      <div className="dv-who">
        <b>{String(admin?.['name'] ?? '')}</b>
        <small>{role ? value(role) : ''}</small>
      </div>
      <button
        type="button"
        className="dv-quiet"
        lang={persian ? 'en' : 'fa'}
        onClick={() => void i18n.changeLanguage(persian ? 'en' : 'fa')}
      >
        {persian ? 'English' : 'فارسی'}
      </button>
      <form method="post" action="/admin/logout">
        <button type="submit" className="dv-quiet">
          <Icon name="exit" size={18} />
          {word('nav.logout')}
        </button>
      </form>
    </header>
  );
}

/** The shell has a footer; the panel has nothing to say in it. */
export function Footer() {
  return null;
}
