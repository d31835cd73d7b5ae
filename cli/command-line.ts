import { Command, type CommanderError } from 'commander';
import { BadInputError } from './problem.ts';
import type { Input, Options, Verb, VerbOption } from './verb.ts';
import { VERBS } from './verbs.ts';

const PROGRAM = 'npm run rekey --';

/** What every verb takes. */
export const SHARED_OPTIONS: readonly VerbOption[] = [
  {
    flags: '--config <file>',
    summary:
      'configuration to take names from; otherwise rekey.config.ts, with --local the one that runs there',
  },
  { flags: '--local [url]', summary: 'ask the local cloud (npm run local) and not AWS' },
];

/** A verb with what was typed after it, or the help that was asked for. */
export type CommandLine = { readonly verb: Verb; readonly input: Input } | { readonly help: string };

/** Reads the arguments after the program's name. @throws BadInputError that repeats none of them */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  let chosen: CommandLine | undefined;
  let help = '';
  const program = newProgram((text) => {
    help += text;
  });
  for (const verb of VERBS) {
    addVerb(program, verb, (input) => {
      chosen = { verb, input };
    });
  }
  try {
    program.parse(bindLocal(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof HelpShown)) throw error;
  }
  return chosen ?? { help };
}

class HelpShown extends Error {}

function newProgram(onHelp: (text: string) => void): Command {
  return new Command()
    .name(PROGRAM)
    .description('Asks the deployed functions of Rekey and reads its audit trail.')
    .helpCommand(false)
    .configureOutput({ writeOut: onHelp, writeErr: () => undefined })
    .exitOverride((error) => raise(error));
}

function addVerb(program: Command, verb: Verb, choose: (input: Input) => void): void {
  const words = verb.name.split(' ');
  const command = words.reduce(subcommand, program);
  command.description(verb.summary).argument(verb.argument, verb.argumentSummary);
  for (const { flags, summary, default: value } of [...verb.options, ...SHARED_OPTIONS]) {
    command.option(flags, summary, value);
  }
  command.exitOverride((error) => raise(error, verb));
  command.action((argument: string | undefined, options: Options) => choose({ argument, options }));
}

/** The command of that name, made if it is not there: `manager` groups what is done with manager keys. */
function subcommand(parent: Command, name: string): Command {
  const known = parent.commands.find((command) => command.name() === name);
  return known ?? parent.command(name).description(describeGroup(name)).helpCommand(false);
}

/** A group has no summary of its own. */
function describeGroup(name: string): string {
  const members = VERBS.filter((verb) => verb.name.startsWith(`${name} `));
  return members.map((verb) => `${verb.name.slice(name.length + 1)}: ${verb.summary}`).join('; ');
}

/**
 * The value of `--local` may be left out, and then the next word is not its value: only an address is.
 */
function bindLocal(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const isBare = word === '--local' && !/^https?:/.test(argv[index + 1] ?? '');
    return isBare ? '--local=' : word;
  });
}

/** Commander's own sentences may repeat what was typed, and that may be a secret in the wrong place. */
function raise(error: CommanderError, verb?: Verb): never {
  const command = [PROGRAM, verb?.name ?? '<verb>'].join(' ');
  switch (error.code) {
    case 'commander.helpDisplayed':
      throw new HelpShown();
    case 'commander.help':
    case 'commander.unknownCommand':
      throw new BadInputError(
        `say what to do: ${PROGRAM} ${VERBS.map(({ name }) => name).join(' | ')}; --help tells more`,
      );
    case 'commander.unknownOption':
      throw new BadInputError(
        [unknownOption(verb), ...(verb?.optionHint ? [verb.optionHint] : [])].join('; '),
      );
    case 'commander.missingArgument':
      throw new BadInputError(`${verb?.argument} is missing: ${command} ${verb?.argument}`);
    case 'commander.excessArguments':
      throw new BadInputError(`too many words: ${command} ${verb?.argument}`);
    default:
      throw new BadInputError(`an option lacks its value; see ${command} --help`);
  }
}

function unknownOption(verb: Verb | undefined): string {
  const options = [...(verb?.options ?? []), ...SHARED_OPTIONS].map(({ flags }) => flags);
  return `there is no such option; ${verb?.name ?? 'every verb'} takes ${options.join(', ')}`;
}
