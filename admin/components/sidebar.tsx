/** The sections of the panel; on a small screen a drawer. */
import type { ResourceJSON } from 'adminjs';
import React from 'react';
import { useSelector } from 'react-redux';
import { NavLink } from 'react-router-dom';
import { Icon, type IconName } from './parts.tsx';
import { useWords } from './words.ts';

const ICONS: Readonly<Record<string, IconName>> = {
  registrations: 'inbox',
  messages: 'message',
  documents: 'image',
  elections: 'calendar',
  constituencies: 'pin',
  staff: 'users',
  audit: 'shield',
  'identity-proposals': 'identity',
  'code-locks': 'lock',
  notices: 'bell',
  'provider-switches': 'power',
  'bank-prefixes': 'card',
};

export function Sidebar({ isVisible }: { isVisible: boolean }) {
  const { word, label } = useWords();
  const resources = useSelector((state: { resources: ResourceJSON[] }) => state.resources);
  return (
    <aside className={`dv-sidebar${isVisible ? ' dv-sidebar-open' : ''}`}>
      <NavLink to="/admin" end className="dv-brand">
        <img src="/admin/static/emblem.svg" alt="" width="36" height="36" />
        <span>
          <b>داوطلب</b>
          <small>{word('nav.product')}</small>
        </span>
      </NavLink>
      <nav aria-label={word('nav.menu')}>
        <NavLink to="/admin" end className="dv-nav">
          <Icon name="home" />
          {label('dashboard')}
        </NavLink>
        {resources
          .filter(({ href }) => href)
          .map(({ id, href }) => (
            <NavLink key={id} to={href ?? ''} className="dv-nav">
              <Icon name={ICONS[id] ?? 'inbox'} />
              {label(id)}
            </NavLink>
          ))}
      </nav>
    </aside>
  );
}
