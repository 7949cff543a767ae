plugins {
    `java-library`
    `maven-publish`
}

group = "dev.godwit"
version = "1.1.0"

publishing {
    publications { create<MavenPublication>("lib") { from(components["java"]) } }
    repositories { maven(url = "https://nexus.godwit.dev/repository/releases") }
}
