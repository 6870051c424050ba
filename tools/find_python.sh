#!/bin/sh
# Prints the first interpreter here that optexplorer supports.
for python in python3 python3.13 python3.12 python3.11 python3.14; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$python"
        exit
    fi
done
