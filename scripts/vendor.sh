#!/bin/sh
# Copy the front-end libraries that the pages use from npm to static/vendor/, with licences and checksums.
# For whoever updates them; neither `make run` nor `make test` needs node.
set -eu
cd "$(dirname "$0")/.."
npm ci --ignore-scripts --no-audit --no-fund
to=static/vendor
rm -rf "$to"
copy() { # package, file in it
    mkdir -p "$to/$1/$(dirname "$2")"
    # Source maps are not shipped, and a reference to one would stop collectstatic.
    case $2 in
    *.js | *.css) sed -e '/^\/[/*]# sourceMappingURL=/d' -e 's#/\*\# sourceMappingURL=[^*]*\*/##' "node_modules/$1/$2" >"$to/$1/$2" ;;
    *) cp "node_modules/$1/$2" "$to/$1/$2" ;;
    esac
}
copy bootstrap dist/css/bootstrap.min.css
copy bootstrap LICENSE
copy echarts dist/echarts.common.min.js
copy echarts LICENSE
copy echarts NOTICE
copy htmx.org dist/htmx.min.js
copy htmx.org LICENSE
for weight in 400 500 600; do copy @fontsource/barlow "files/barlow-latin-$weight-normal.woff2"; done
copy @fontsource/barlow LICENSE
(cd "$to" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
