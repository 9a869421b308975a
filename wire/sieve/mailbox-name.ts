/** Whether a mailbox can have this name, in words where it can't. */
const charsMax = 255
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

export const mailboxNameMistake = (name: string): string | undefined => {
  if (name === '') return 'A mailbox has a name'
  if (name.length > charsMax) return `The name of a mailbox has at most ${charsMax} characters`
  if (control.test(name) || /[*%]/.test(name)) return `A mailbox can not be called ${JSON.stringify(name)}`
  return undefined
}
