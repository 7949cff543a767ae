package main

import "github.com/stonecrop/kubectl-drift/cmd"

func main() { cmd.Execute() }
