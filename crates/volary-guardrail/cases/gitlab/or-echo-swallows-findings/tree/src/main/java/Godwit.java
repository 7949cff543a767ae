public class Godwit {}
