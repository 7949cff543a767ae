public final class Policies {
  private Policies() {}
}
