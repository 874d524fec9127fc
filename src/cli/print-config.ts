import { setting } from '../config/option.ts';
import { OPTION_NAMES } from '../config/options.ts';
import { printConfigJson, printConfigText } from '../config/print.ts';
import { flag } from '../config/schemas.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './io.ts';

export const printConfig = defineCommand({
  name: 'print-config',
  summary: 'Print every option with its value and where that comes from; secrets are left out',
  operands: [],
  settings: {
    json: setting({ schema: flag, fallback: false, help: 'As JSON', placeholder: '', flag: true }),
  },
  shown: OPTION_NAMES,
  run({ io, loaded, own }) {
    io.stdout.write(own.json ? printConfigJson(loaded) : printConfigText(loaded));
    return EXIT.done;
  },
});
