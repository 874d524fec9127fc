import type { Config } from './options.ts';

export interface Mode {
  /** Neither key is configured: everything is open, so only this machine itself may reach it. */
  readonly tryOut: boolean;
  /** What an operator should know about who may do what; one sentence each. */
  readonly warnings: readonly string[];
}

/** Who may do what under this configuration. */
export function modeOf(config: Pick<Config, 'publishKey' | 'signSecret'>): Mode {
  const publishing = config.publishKey.length > 0;
  const mailboxes = config.signSecret.length > 0;
  if (!publishing && !mailboxes) {
    return {
      tryOut: true,
      warnings: [
        'try-out mode: no publish-key and no sign-secret, so every program on this machine may publish and read; requests from elsewhere, through proxies and from web pages are refused',
      ],
    };
  }
  const warnings = ['reading keys is public: who knows the name of a key and reaches the server reads its values'];
  if (!publishing)
    warnings.unshift('publishing is closed: /set, /delete and /push answer 401 until there is a publish-key');
  if (!mailboxes) warnings.unshift('mailboxes are closed: their polls answer 404 until there is a sign-secret');
  return { tryOut: false, warnings };
}
