module github.com/heronworks/siltctl

go 1.23
