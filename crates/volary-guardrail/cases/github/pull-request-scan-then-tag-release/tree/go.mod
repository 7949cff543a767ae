module github.com/ironbark/vaultsync

go 1.23
