module gitlab.lagoon.example/cli/lagoonctl

go 1.23
