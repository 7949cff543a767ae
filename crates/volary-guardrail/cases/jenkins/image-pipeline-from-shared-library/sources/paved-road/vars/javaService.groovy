/** The one pipeline for Java services: test, build, scan, push. */
def call(Map config) {
    String image = "registry.skyhop.travel/${config.team}/${config.name}"

    pipeline {
        agent { label 'docker' }

        options {
            timestamps()
            timeout(time: 45, unit: 'MINUTES')
        }

        environment {
            IMAGE = "${image}:${env.BUILD_NUMBER}"
        }

        stages {
            stage('Verify') {
                steps {
                    sh './mvnw -B -ntp clean verify'
                }
            }
            stage('Image') {
                steps {
                    sh 'docker build -t "$IMAGE" .'
                }
            }
            stage('Image scan') {
                steps {
                    sh 'grype "$IMAGE" --fail-on critical'
                }
            }
            stage('Push') {
                when { branch 'main' }
                steps {
                    withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'U', passwordVariable: 'P')]) {
                        sh 'echo "$P" | docker login -u "$U" --password-stdin registry.skyhop.travel'
                        sh 'docker push "$IMAGE"'
                    }
                }
            }
        }

        post {
            always {
                cleanWs()
            }
        }
    }
}
