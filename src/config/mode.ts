import type { Config } from './options.ts';

export interface Mode {
  /** No key and no token is configured: everything is open, so only this machine itself may reach it. */
  readonly tryOut: boolean;
  /** What an operator should know about who may do what; one sentence each. */
  readonly warnings: readonly string[];
}

/** What decides it. */
type Keys = Pick<Config, 'publishKey' | 'signSecret' | 'tokenSecret' | 'tokenKeys' | 'reading'>;

/** Who may do what under this configuration. */
export function modeOf(config: Keys): Mode {
  const tokens = config.tokenSecret.length + config.tokenKeys.length > 0;
  const publishing = config.publishKey.length > 0 || tokens;
  const mailboxes = config.signSecret.length > 0 || tokens;
  if (!publishing && !mailboxes) {
    return {
      tryOut: true,
      warnings: [
        'try-out mode: no publish-key and no sign-secret, so every program on this machine may publish and read; requests from elsewhere, through proxies and from web pages of other hosts are refused',
      ],
    };
  }
  const warnings: string[] = [];
  if (!mailboxes) warnings.push('mailboxes are closed: their polls answer 404 until there is a sign-secret');
  if (!publishing)
    warnings.push('publishing is closed: /set, /delete and /push answer 401 until there is a publish-key');
  if (config.reading === 'public') {
    warnings.push('reading keys is public: who knows the name of a key and reaches the server reads its values');
  }
  return { tryOut: false, warnings };
}
