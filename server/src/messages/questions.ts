/** What a customer may answer when units of an order come later than promised. */
export const ANSWERS = ["wait", "change", "cancel"] as const;
export type Answer = (typeof ANSWERS)[number];

export const ENDED_BY = ["customer", "staff", "silence", "overtaken"] as const;
export type EndedBy = (typeof ENDED_BY)[number];

export interface AskedQuestion {
  answers: readonly Answer[];
  answerBy: Date;
  /** The answer that silence stands for. */
  silence: Answer;
  /** Null: it is still to be answered. `answer` is null where there was nothing to answer any more. */
  end: { answer: Answer | null; by: EndedBy } | null;
}

/** Questions that messages carry to customers; the module that asks them implements it and `main/` plugs it in. */
export interface CustomerQuestions {
  /** Null: there is no such question. */
  read: (questionId: string) => Promise<AskedQuestion | null>;
  /** Takes the answer of the customer where it is still wanted; what became of the question is read afterwards. */
  answer: (questionId: string, answer: Answer) => Promise<void>;
}
