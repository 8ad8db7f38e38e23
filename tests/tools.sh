#!/bin/sh
# What the tests need besides Python: PostgreSQL's server, Chromium, a Chinese font, libmagic, and
# Java and Node for the judges of pages (tests/judges.py).
# Debian as root: installed. Elsewhere: says what is missing and stops.
set -eu
missing=""
ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || command -v pg_ctl >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ldconfig -p 2>/dev/null | grep -q libmagic.so.1 || missing="$missing libmagic1"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing fontconfig >/dev/null
else
    echo "The tests need:$missing. Install them and run again." >&2
    exit 1
fi
