"""Values in; HTML, plain text, Word, slides and workbooks out. Nothing here knows of injuries."""
