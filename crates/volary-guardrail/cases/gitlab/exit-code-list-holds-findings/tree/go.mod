module gitlab.com/northpole/sled

go 1.23
