module github.com/ferryhq/ferry

go 1.23

require github.com/spf13/cobra v1.8.1
