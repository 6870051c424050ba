"""Files that are written whole or not at all."""

from optexplorer.whole_file import write_whole as write_whole
