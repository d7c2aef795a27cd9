export interface Interleaved {
  subject: number[];
  reference: number[];
  /** One per round, of neighbors in time. */
  ratios: number[];
}

export interface InterleaveOptions {
  /** At least 5; many short rounds are worth more than few long ones on a machine that others use too. */
  rounds: number;
  subject: () => Promise<number>;
  reference: () => Promise<number>;
  /** How the figures of a round become its ratio, so that more is better. */
  ratio: (subject: number, reference: number) => number;
  /** Runs of each before the first round that counts. */
  warmUps?: number;
}

/** Runs subject and reference in turn, the order changing with every round, so that drift of the machine hits both. */
export async function interleave(options: InterleaveOptions): Promise<Interleaved> {
  const { rounds, subject, reference, ratio, warmUps = 1 } = options;
  if (rounds < 5) throw new Error("A ratio is the median of at least 5 rounds.");
  for (let run = 0; run < warmUps; run++) {
    await reference();
    await subject();
  }
  const result: Interleaved = { subject: [], reference: [], ratios: [] };
  for (let round = 0; round < rounds; round++) {
    const figures = { subject: 0, reference: 0 };
    if (round % 2 === 0) {
      figures.subject = await subject();
      figures.reference = await reference();
    } else {
      figures.reference = await reference();
      figures.subject = await subject();
    }
    result.subject.push(figures.subject);
    result.reference.push(figures.reference);
    result.ratios.push(ratio(figures.subject, figures.reference));
  }
  return result;
}
