#!/bin/sh
printf "%s\n" "$PB_TEST_PASSWORD"
