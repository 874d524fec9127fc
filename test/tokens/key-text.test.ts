import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseKeys } from '../../src/tokens/key-text.ts';
import { keyPair, keySet } from './minted.ts';

const rsa = keyPair('rsa');
const ed = keyPair('ed25519');
const secp = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;

function algorithms(text: string): unknown {
  const parsed = parseKeys(text);
  return parsed.ok ? parsed.keys.map((key) => [key.algorithms[0], key.id]) : parsed.problem;
}

describe('the text of keys', () => {
  it('is PEM, of one key or several', () => {
    const all = ['P-256', 'P-384', 'P-521'].map((kind) => keyPair(kind as 'P-256').pem).join('');
    expect(algorithms(`Our keys:\n${all}\r\n${ed.pem}${rsa.pem}`)).toEqual([
      ['ES256', null],
      ['ES384', null],
      ['ES512', null],
      ['EdDSA', null],
      ['RS256', null],
    ]);
  });

  it('is a key set, of which is taken what can check tokens', () => {
    const set = keySet(
      [rsa.publicKey, { kid: 'a', alg: 'PS256', use: 'sig' }],
      [rsa.publicKey, { kid: 'b', use: 'enc' }],
      [rsa.publicKey, { kid: 'c', alg: 'RSA-OAEP' }],
      [secp, { kid: 'd' }],
      [ed.publicKey, {}],
    );
    expect(algorithms(`\n${set}`)).toEqual([
      ['PS256', 'a'],
      ['EdDSA', null],
    ]);
  });

  it.each([
    ['nothing', '', 'holds no public key'],
    ['half of JSON', '{', 'is no JSON'],
    ['an object', '{}', 'is no JSON Web Key Set'],
    ['an empty set', '{"keys":[]}', 'holds no key that can check tokens'],
    ['a set of numbers', '{"keys":[1]}', 'no key in its list'],
    ['a set of secrets', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', 'holds a private or secret key'],
    ['a set of private keys', keySet([ed.privateKey, {}]), 'holds a private or secret key'],
    ['a set of unknown kinds', keySet([secp, {}]), 'holds no key that can check tokens'],
    ['a private key', ed.privateKey.export({ type: 'pkcs8', format: 'pem' }), 'holds a private key'],
    ['a private key too', `${ed.pem}${rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })}`, 'holds a private key'],
    ['a key of an unknown kind', secp.export({ type: 'spki', format: 'pem' }), "of a kind that isn't taken"],
    ['a weak key', keyPair('rsa', 1024).pem, "of a kind that isn't taken"],
    ['rubbish in PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', "can't be read"],
  ])('cannot be %s', (_, text, problem) => {
    expect(algorithms(text.toString())).toContain(problem);
  });
});
