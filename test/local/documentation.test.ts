import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RESOURCE_TYPES } from '../../local/resources/catalog.ts';

const page = readFileSync(new URL('../../docs/local-cloud.md', import.meta.url), 'utf8');
const [effective = '', onPaper = ''] = page
  .slice(page.indexOf('These types have an effect'), page.indexOf('## What is modelled strictly'))
  .split('These exist on paper');

function typesIn(text: string): string[] {
  return [...text.matchAll(/`(AWS::\w+::\w+)`/g)].map(([, type]) => type ?? '').sort();
}

function typesThatAre(paper: boolean): string[] {
  const types = Object.entries(RESOURCE_TYPES).filter(([, type]) => type.onPaper === paper);
  return types.map(([name]) => name).sort();
}

describe('docs/local-cloud.md', () => {
  it('names exactly the resource types that have an effect', () => {
    expect(typesIn(effective)).toEqual(typesThatAre(false));
  });

  it('names exactly the resource types that exist on paper', () => {
    expect(typesIn(onPaper)).toEqual(typesThatAre(true));
  });
});
