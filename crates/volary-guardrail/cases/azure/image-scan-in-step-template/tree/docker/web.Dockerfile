FROM nginx:1.27-alpine
COPY web/ /usr/share/nginx/html/
