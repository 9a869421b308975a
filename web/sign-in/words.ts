import { dictionary } from '../kit/language.ts'

const ja = { title: 'ログイン' }

const en: typeof ja = { title: 'Sign in' }

export const words = dictionary({ ja, en })
