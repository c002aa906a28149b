"""An .xls (Excel 5 to 2003) comes in; a clean copy for calamine and what it leaves out go out.

compound finds the stream of the workbook in the file; workbook goes through its records; looks
tells which cells look different from their values.
"""
