def call(Map args) {
    dir(args.dir) {
        sh 'terraform init -input=false -backend=false'
        sh 'terraform plan -input=false -lock=false'
    }
}
