// Nothing is applied that tfsec complains about.
def call(Map args) {
    dir(args.dir) {
        sh 'tfsec . --no-colour'
        sh 'terraform init -input=false'
        sh 'terraform apply -input=false -auto-approve'
    }
}
