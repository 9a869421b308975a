/** The passwords that every list of stolen ones begins with, of at least eight characters, in lower case. */
const words = `
  00000000 11111111 11223344 12121212 12341234 12344321 12345678 123456789 1234567890 123123123 147258369 22222222
  66666666 77777777 87654321 88888888 987654321 99999999 999999999 a1234567 a12345678 a123456789 aa123456 aa12345678
  aaaaaaaa abc12345 abcd1234 abcdefgh abcdefg1 access14 admin123 administrator administrator1 asdfasdf asdfghjk
  asdfghjkl asdf1234 baseball basketball blink182 butterfly changeme charlie1 chocolate computer corvette dragon12
  doraemon drowssap elephant evangelion facebook football football1 fuckyou1 hello123 iloveyou iloveyou1 internet
  jennifer jordan23 kawasaki kirakira letmein1 liverpool loveyou1 maverick mercedes metallica michelle michael1
  microsoft midnight monkey12 mustang1 nintendo p@ssw0rd p@ssword pa$$word pass1234 passw0rd password password!
  password1 password12 password123 password1234 password2 passwort password01 pikachu1 pokemon1 princess princess1
  q1w2e3r4 q1w2e3r4t5 qazwsxedc qazwsx12 qwer1234 qwerasdf qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 sakura01
  sakurasakura samantha samsung1 secret123 slipknot starwars sunshine sunshine1 superman superman1 test1234 testtest
  trustno1 valentino victoria welcome1 welcome123 whatever yamamoto yokohama zaq12wsx zxcvbnm1 zxcvbnm123
  1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 0987654321 1111111111 0123456789 01234567 password0 tokyo123 nihon123
`

export const commonPasswords: ReadonlySet<string> = new Set(words.trim().split(/\s+/))
