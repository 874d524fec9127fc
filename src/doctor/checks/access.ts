import { isLoopback } from '../../config/loopback.ts';
import { modeOf } from '../../config/mode.ts';
import type { Facts } from '../facts.ts';
import { type Finding, fine, trouble } from '../finding.ts';

const MAKE_ONE = 'COMET_PUBLISH_KEY and COMET_SIGN_SECRET, each from "openssl rand -hex 32"';

/** Who may publish and read mailboxes. */
export function keys({ config }: Facts): Finding[] {
  const check = 'keys';
  if (modeOf(config).tryOut) {
    return [
      trouble('warn', check, {
        what: 'try-out mode: neither publish-key nor sign-secret is set',
        why: 'every program of this machine may publish, and whatever comes through nginx or from other machines is refused',
        mend: MAKE_ONE,
      }),
    ];
  }
  if (config.tokenSecret.length + config.tokenKeys.length > 0)
    return [fine(check, 'publishing and mailboxes need a key or a token')];
  if (config.publishKey.length === 0 || config.signSecret.length === 0) {
    const [missing, closed] =
      config.publishKey.length === 0
        ? ['publish-key', '/set, /delete and /push answer 401']
        : ['sign-secret', 'mailbox polls answer 404'];
    return [
      trouble('info', check, {
        what: `there is no ${missing}`,
        why: `${closed}; fine if nobody uses them`,
        mend: MAKE_ONE,
      }),
    ];
  }
  return [fine(check, 'publishing and mailboxes need a key')];
}

/** Whether a token that was made for something else may count here. */
export function tokens({ config }: Facts): Finding[] {
  const check = 'tokens';
  if (config.tokenSecret.length + config.tokenKeys.length === 0) return [];
  if (config.tokenKeys.length === 0 || config.tokenAudience.length > 0) {
    return [fine(check, 'tokens are for this server alone')];
  }
  return [
    trouble('info', check, {
      what: 'tokens for any audience are taken',
      why: 'whoever makes tokens with that key may make some for other services, and those with a claim "comet" count here',
      mend: 'token-audience: the name that tokens for this server have as aud',
    }),
  ];
}

/** Whether the addresses that clients come from will be right behind a proxy. */
export function trustedProxies({ config, nginx }: Facts): Finding[] {
  const check = 'trusted-proxies';
  if (config.trustedProxies.length > 0) {
    return [fine(check, `${config.trustedProxies.join(', ')} may say where a client comes from`)];
  }
  if (nginx === null && !isLoopback(config.host)) return [];
  return [
    trouble(nginx === null ? 'info' : 'warn', check, {
      what: 'no proxy is trusted',
      why: 'behind nginx every client has the address of nginx in the log',
      mend: `trusted-proxies: the address of nginx as the workers see it${isLoopback(config.host) ? ' (127.0.0.1)' : ''}`,
    }),
  ];
}
