package main

import (
	"os"

	"github.com/spf13/cobra"
)

var version = "dev"

func main() {
	cmd := &cobra.Command{Use: "ferry", Version: version}
	if err := cmd.Execute(); err != nil {
		os.Exit(1)
	}
}
