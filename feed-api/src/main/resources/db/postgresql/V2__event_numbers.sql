-- Each writer takes whole blocks of numbers, so that its groups get consecutive ones and their runs stay whole.
CREATE SEQUENCE event_blocks INCREMENT BY 1048576 START WITH 1;
