public class Grants {
  public static void main(String[] args) {
    System.out.println("grants");
  }
}
