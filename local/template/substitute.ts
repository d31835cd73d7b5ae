/** Puts values for `${Name}` in a text; `${!Literal}` stays as `${Literal}`. */
export function substitute(template: string, lookUp: (name: string) => string): string {
  return template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) =>
    literal ? `\${${name}}` : lookUp(name.trim()),
  );
}

/** The names in a text that `substitute` would ask for. */
export function substitutedNames(template: string): string[] {
  const names: string[] = [];
  substitute(template, (name) => {
    names.push(name);
    return '';
  });
  return names;
}
