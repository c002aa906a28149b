"""For offices without internet: everything gsyf needs, in a folder for a USB stick."""
