/** Asks once for each argument: many devices have the same. */
export function remembered<A, R>(ask: (argument: A) => R): (argument: A) => R {
  const answers = new Map<A, { readonly answer: R }>();
  return (argument) => {
    let known = answers.get(argument);
    if (known === undefined) {
      known = { answer: ask(argument) };
      answers.set(argument, known);
    }
    return known.answer;
  };
}
