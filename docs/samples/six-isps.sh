#!/bin/sh
# The ten services of six-isps.yaml as brands, a domain each. Usage: sh docs/samples/six-isps.sh DATA
set -eu
data=$1
here=$(dirname -- "$0")/../..

service() { # ISP BRAND NAME DOMAIN
  "$here/bulkhead" brand add "$1" "$2" --name "$3" --data "$data"
  "$here/bulkhead" domain add "$1" "$4" --brand "$2" --data "$data"
}

service stnet pikara-hikari 'Pikara Hikari' pikara.example
service stnet pikara-mobile 'Pikara Mobile' pikara-mobile.example
service stnet oshigoto-pikara 'Oshigoto Pikara' oshigoto-pikara.example
service kddi-web cpi 'CPI rental server' cpi.example
service jcom jcom-net 'J:COM NET' jcom-net.example
service jcom cable 'Cable operators' cable.jcom-net.example
service ctc commufa-hikari 'Commufa Hikari' commufa.example
service ctc business-commufa 'Business Commufa' business-commufa.example
service nifty nifty-mail '@nifty Mail' nifty.example
service biglobe biglobe-mail 'BIGLOBE Mail' biglobe.example
