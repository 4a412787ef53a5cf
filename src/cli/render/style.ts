/** Colours as functions, so that what renders text never asks about terminals. */
import { styleText } from 'node:util';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  blue(text: string): string;
  magenta(text: string): string;
}

const same = (text: string): string => text;

export const plainStyle: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
  blue: same,
  magenta: same,
};

type Format = Parameters<typeof styleText>[0];

// Whether to colour was decided by whoever chose this style; the stream must not decide again.
const paint = (format: Format) => (text: string) => styleText(format, text, { validateStream: false });

export const colourStyle: Style = {
  bold: paint('bold'),
  dim: paint('dim'),
  red: paint('red'),
  green: paint('green'),
  yellow: paint('yellow'),
  cyan: paint('cyan'),
  blue: paint('blue'),
  magenta: paint('magenta'),
};
