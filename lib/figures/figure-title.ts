/** "Figure 5. Title" for the paper's figures (`id` figure-5), the title alone for ours. */
export function figureTitle(figure: { readonly id: string; readonly title: string }): string {
  const number = /^figure-(\d+)/.exec(figure.id)?.[1];
  return number ? `Figure ${number}. ${figure.title}` : figure.title;
}
