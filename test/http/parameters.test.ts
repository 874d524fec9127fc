import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CometError } from '../../src/errors.ts';
import { addJson } from '../../src/http/request/json-parameters.ts';
import { type ParameterName, Parameters } from '../../src/http/request/parameters.ts';

const KNOWN: ReadonlySet<ParameterName> = new Set(['key', 'value', 'uid']);

/** Any text that has a UTF-8, odd characters often. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string());
const values = fc.record({ key: text, value: text }, { requiredKeys: [] });
const unknown = fc.dictionary(
  fc.string().filter((name) => !KNOWN.has(name as ParameterName)),
  text,
);

describe('parameters', () => {
  it('come out of a form as they went in', () => {
    fc.assert(
      fc.property(values, unknown, (given, others) => {
        const parameters = new Parameters(KNOWN);
        parameters.addEncoded(new URLSearchParams({ ...others, ...given }).toString());
        expectExactly(parameters, given);
      }),
    );
  });

  it('come out of percent encoding as they went in, encoded as little or as much as one likes', () => {
    fc.assert(
      fc.property(text, fc.func(fc.boolean()), (value, everything) => {
        const bytes = [...Buffer.from(value)];
        const encoded = bytes.map((byte, index) => encodeByte(byte, everything(index))).join('');
        const parameters = new Parameters(KNOWN);
        parameters.addEncoded(`value=${encoded}&key=`);
        expectExactly(parameters, { key: '', value });
      }),
    );
  });

  it('come out of JSON as they went in, however it is laid out', () => {
    const layout = fc.constantFrom<string | number | undefined>(undefined, 2, '\t');
    fc.assert(
      fc.property(values, unknown, layout, (given, others, space) => {
        const parameters = new Parameters(KNOWN);
        addJson(parameters, Buffer.from(JSON.stringify({ ...others, ...given }, null, space)));
        expectExactly(parameters, given);
      }),
    );
  });

  it('are refused in JSON where any value is no string', () => {
    const member = fc.tuple(
      text,
      fc.jsonValue().filter((value) => typeof value !== 'string'),
    );
    fc.assert(
      fc.property(unknown, member, unknown, (before, [name, value], after) => {
        const body = JSON.stringify({ ...before, [`${name}!`]: value, ...after });
        if (Object.hasOwn(after, `${name}!`)) return;
        expect(() => addJson(new Parameters(KNOWN), Buffer.from(body))).toThrow(CometError);
      }),
    );
  });

  it('are refused when they come twice, wherever', () => {
    fc.assert(
      fc.property(text, text, (first, second) => {
        const parameters = new Parameters(KNOWN);
        parameters.addEncoded(new URLSearchParams([['key', first]]).toString());
        addJson(parameters, Buffer.from(JSON.stringify({ key: second })));
        expect(() => parameters.check()).toThrow(CometError);
        expect(parameters.get('key')).toBeUndefined();
      }),
    );
  });

  it('are refused as the catalogue says, or taken, whatever bytes they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        for (const read of [readForm, readJson]) {
          try {
            read(Buffer.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(CometError);
          }
        }
      }),
    );
  });
});

function readForm(bytes: Buffer): void {
  const parameters = new Parameters(KNOWN);
  parameters.addEncoded(`key=${bytes.toString('latin1')}`);
  parameters.check();
}

function readJson(bytes: Buffer): void {
  const parameters = new Parameters(KNOWN);
  addJson(parameters, Buffer.concat([Buffer.from('{"key":"'), bytes, Buffer.from('"}')]));
  parameters.check();
}

function expectExactly(parameters: Parameters, given: { readonly key?: string; readonly value?: string }): void {
  parameters.check();
  expect({ key: parameters.get('key'), value: parameters.get('value') }).toEqual({
    key: given.key,
    value: given.value,
  });
}

/** A byte as it may stand in a form: what has a meaning there is always encoded. */
function encodeByte(byte: number, always: boolean): string {
  const character = String.fromCharCode(byte);
  return always || '%&+='.includes(character) ? `%${byte.toString(16).padStart(2, '0')}` : character;
}
